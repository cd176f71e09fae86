// A photo made small on the phone: less to send over a weak signal, and where and when it was
// taken never leaves the phone. The server draws it anew all the same.
const LONGEST_SIDE = 1600
const QUALITY = 0.8

// The file as base64 of a JPEG, or as it is when this browser cannot draw it.
export async function photoOf(file) {
  if (!file) return undefined
  const small = await shrink(file).catch(() => null)
  return base64(small ?? file)
}

async function shrink(file) {
  const picture = await createImageBitmap(file, { imageOrientation: 'from-image' })
  const scale = Math.min(1, LONGEST_SIDE / Math.max(picture.width, picture.height))
  const canvas = document.createElement('canvas')
  canvas.width = Math.round(picture.width * scale)
  canvas.height = Math.round(picture.height * scale)
  const context = canvas.getContext('2d')
  context.fillStyle = '#fff'
  context.fillRect(0, 0, canvas.width, canvas.height)
  context.drawImage(picture, 0, 0, canvas.width, canvas.height)
  return new Promise((done) => canvas.toBlob(done, 'image/jpeg', QUALITY))
}

async function base64(blob) {
  const bytes = new Uint8Array(await blob.arrayBuffer())
  let text = ''
  for (let at = 0; at < bytes.length; at += 0x8000) {
    text += String.fromCharCode(...bytes.subarray(at, at + 0x8000))
  }
  return btoa(text)
}
