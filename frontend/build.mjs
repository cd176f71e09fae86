// Bundles src/ into the static folder: `node build.mjs OUT_DIR INPUTS_DIGEST`.
// Every file is named after its content, and stands beside its .br and .gz form.
// manifest.json is written last: it says that the folder is whole.
import { createHash } from 'node:crypto'
import { mkdirSync, readFileSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { brotliCompressSync, constants, gzipSync } from 'node:zlib'
import { build } from 'esbuild'

const here = dirname(fileURLToPath(import.meta.url))
const [out, inputs = ''] = process.argv.slice(2)
if (!out) throw new Error('usage: node build.mjs OUT_DIR INPUTS_DIGEST')
const target = resolve(out)

const BUNDLES = {
  'leaflet.js': 'src/leaflet.js',
  'leaflet.css': 'src/styles/leaflet.css',
  'rider.js': 'src/rider.js',
  'report.js': 'src/report/index.js',
  'offline.js': 'src/offline/index.js',
  'words-en.js': 'src/words/en.js',
  'sw.js': 'src/sw.js',
  'app.css': 'src/styles/app.css',
  'embed.js': 'src/embed/element.js',
  'embed-page.js': 'src/embed/page.js',
  'embed-map.js': 'src/embed/map.js',
  'embed.css': 'src/styles/embed.css',
  'embed-light.css': 'src/styles/embed-light.css',
  'embed-dark.css': 'src/styles/embed-dark.css',
  'embed-contrast.css': 'src/styles/embed-contrast.css',
  'station.js': 'src/station.js',
  'small-map.js': 'src/small-map.js',
  'station.css': 'src/styles/station.css',
  'moves.js': 'src/admin/moves.js',
  'bulk-map.js': 'src/admin/bulk-map.js',
  'admin.css': 'src/styles/admin.css',
  'queue.css': 'src/styles/queue.css',
  'spots.js': 'src/admin/spots.js',
  'round.js': 'src/admin/round.js',
  'round-worker.js': 'src/admin/round-worker.js',
  'round-forget.js': 'src/admin/round-forget.js',
  'admin-edit.js': 'src/admin/edit.js',
  'edit-map.js': 'src/admin/edit-map.js',
  'admin-edit.css': 'src/styles/admin-edit.css',
  'importing.css': 'src/styles/importing.css',
  'planning.js': 'src/planning/index.js',
  'planning.css': 'src/styles/planning.css',
  'embed-builder.js': 'src/embed-builder/index.js',
  'embed-builder.css': 'src/styles/embed-builder.css',
  'ogc.css': 'src/styles/ogc.css',
  'api-docs.css': 'src/styles/api-docs.css',
  'import-map.js': 'src/admin/importing/map.js',
  'planning-runs.css': 'src/styles/planning-runs.css',
  'planning-results.js': 'src/planning-runs/results.js',
  'planning-results-map.js': 'src/planning-runs/map.js',
  'planning-progress.js': 'src/planning-runs/progress.js',
  'layers-map.js': 'src/admin/importing/layers-map.js',
  'import-progress.js': 'src/admin/importing/progress.js',
}

async function bundle(entry) {
  const result = await build({
    entryPoints: [join(here, entry)],
    bundle: true,
    minify: true,
    write: false,
    format: 'iife',
    target: ['es2020', 'chrome87', 'firefox91', 'safari14.1'],
    charset: 'utf8',
    // Workbox explains itself at length unless it is told that this is no workshop.
    define: { 'process.env.NODE_ENV': '"production"' },
    legalComments: 'none',
    // Leaflet's pictures (its own pin, the layers button) are not used: no bytes for them.
    loader: { '.png': 'empty' },
    logLevel: 'silent',
  })
  return Buffer.from(result.outputFiles[0].contents)
}

// One <symbol> for each icon that icons.json names; drawn by <svg><use href="#i-name"/></svg>.
const icons = JSON.parse(readFileSync(join(here, 'icons.json'), 'utf8'))

function sprite() {
  const names = [...new Set(Object.values(icons))].sort()
  const symbols = names.map((name) => {
    const svg = readFileSync(join(here, 'node_modules/lucide-static/icons', `${name}.svg`), 'utf8')
    const body = svg.replace(/<!--.*?-->/gs, '').match(/<svg[^>]*>(.*)<\/svg>/s)[1]
    const shapes = body.replace(/\s+/g, ' ').replaceAll(' />', '/>').replaceAll('> <', '><').trim()
    return `<symbol id="i-${name}" viewBox="0 0 24 24">${shapes}</symbol>`
  })
  return Buffer.from(symbols.join(''))
}

function put(name, content) {
  const partial = join(target, `.${name}.part`)
  writeFileSync(partial, content)
  renameSync(partial, join(target, name))
}

function publish(name, content) {
  const dot = name.lastIndexOf('.')
  const digest = createHash('sha256').update(content).digest('hex').slice(0, 12)
  const hashed = `${name.slice(0, dot)}.${digest}${name.slice(dot)}`
  put(hashed, content)
  put(`${hashed}.gz`, gzipSync(content, { level: 9 }))
  put(`${hashed}.br`, brotliCompressSync(content, {
    params: { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: content.length },
  }))
  return hashed
}

function sweep(kept) {
  const names = new Set(['manifest.json', ...kept.flatMap((name) => [name, `${name}.gz`, `${name}.br`])])
  for (const name of readdirSync(target)) if (!names.has(name)) rmSync(join(target, name), { recursive: true })
}

// All is built before anything is written, so a failure leaves the old front end whole.
const made = {}
for (const [name, entry] of Object.entries(BUNDLES)) made[name] = await bundle(entry)
made['icons.svg'] = sprite()
made['favicon.svg'] = readFileSync(join(here, 'src/favicon.svg'))

for (const name of readdirSync(join(here, 'src/icons'))) made[name] = readFileSync(join(here, 'src/icons', name))

mkdirSync(target, { recursive: true })
const files = {}
for (const [name, content] of Object.entries(made)) files[name] = publish(name, content)
sweep(Object.values(files))
put('manifest.json', `${JSON.stringify({ inputs, files, icons }, null, 2)}\n`)
