// Loaded by English pages alone, before all other scripts.
import words from './en.json'

window.stationMapWords = words
