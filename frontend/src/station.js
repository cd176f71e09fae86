// A station's page. Without this file it is whole; with it, it can be shared and copied, and
// the drawing of the districts becomes a map once it is looked at.
import { keepLiveAges } from './live.js'
import { offerCopy, offerShare } from './station/hand-on.js'
import { offerMap } from './station/lazy-map.js'

document.documentElement.classList.add('js')

offerShare(document.getElementById('share'))
for (const button of document.querySelectorAll('[data-copy]')) offerCopy(button)

// Amap cannot be opened from inside WeChat; Tencent's map can.
const go = document.getElementById('go')
if (go && /MicroMessenger/i.test(navigator.userAgent)) go.href = go.dataset.wechat

keepLiveAges()
offerMap(document.getElementById('small-map'))
