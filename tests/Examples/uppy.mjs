// Uploads by the sample's Uppy; the smallest XMLHttpRequest that it can do with is fetch's.
import { readFile } from 'node:fs/promises'
import { createUppy } from './out/browser/uppy.js'

const [url, token, projectId, path] = process.argv.slice(2)

globalThis.XMLHttpRequest = class {
  upload = {}
  #headers = {}

  open(method, address) { Object.assign(this, { method, address }) }
  setRequestHeader(name, value) { this.#headers[name] = value }
  getResponseHeader(name) { return this.answer.headers.get(name) }
  abort() {}

  async send(body) {
    this.answer = await fetch(this.address, { method: this.method, headers: this.#headers, body: body ?? undefined })
    this.responseText = await this.answer.text()
    this.status = this.answer.status
    this.onload()
  }
}

const photos = []
const uppy = createUppy({ url, token: () => token }, projectId, (_, photoId) => photos.push(photoId))
uppy.addFile({ name: 'photo.jpg', type: 'image/jpeg', data: new Blob([await readFile(path)], { type: 'image/jpeg' }) })
const { failed } = await uppy.upload()
console.log(JSON.stringify({ photo_id: photos[0], failed: failed.map((file) => file.error) }))
