// Runs a sample's upload() outside its home: with a stand-in for the XMLHttpRequest of a browser or of React Native,
// which can lose the first answer to a method. Prints what came of it, and what was sent.
import { basename } from 'node:path'
import { readFile } from 'node:fs/promises'
import { fileURLToPath, pathToFileURL } from 'node:url'

const [sample, url, token, projectId, path, type, idempotencyKey, lose] = process.argv.slice(2)
const network = globalThis.fetch
const sent = []
let losing = lose

async function exchange(address, init) {
  const answer = await network(address, init)
  const headers = Object.keys(init.headers).map((name) => name.toLowerCase())
  sent.push({ method: init.method, status: answer.status, headers })
  if (init.method === losing) {
    losing = ''
    throw new TypeError('The answer was lost.')
  }
  return answer
}

globalThis.fetch = exchange
globalThis.XMLHttpRequest = class {
  upload = {}
  #headers = {}

  open(method, address) { Object.assign(this, { method, address }) }
  setRequestHeader(name, value) { this.#headers[name] = value }
  getResponseHeader(name) { return this.answer.headers.get(name) }

  async send(body) {
    try {
      const content = body?.uri ? await readFile(fileURLToPath(body.uri)) : body
      this.answer = await exchange(this.address, { method: this.method, headers: this.#headers, body: content })
      this.responseText = await this.answer.text()
      this.status = this.answer.status
      const total = content?.size ?? content?.length ?? 0
      this.upload.onprogress?.({ loaded: total, total })
      this.onload()
    } catch {
      this.onerror()
    }
    this.onloadend?.()
  }
}

const bytes = await readFile(path)
const name = basename(path)
const file = sample === 'browser'
  ? new File([bytes], name, { type })
  : { uri: pathToFileURL(path).href, name, type, size: bytes.length }
const api = { url, token: () => token }
let progress = 0
const onProgress = (loaded, total) => { progress = loaded / total }
const { upload } = await import(`./out/${sample}/upload.js`)
const outcome = await upload(api, file, { projectId, idempotencyKey, sha256: true, onProgress }).then(
  (photo) => ({ photo }),
  (error) => ({ error: { name: error.name, message: error.message, problem: error.problem?.type } }))
console.log(JSON.stringify({ ...outcome, sent, progress }))
