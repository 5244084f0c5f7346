// Uploads by the real @uppy/aws-s3 as a page would, outside a browser: with a stand-in for its XMLHttpRequest.
import Uppy from '@uppy/core'
import AwsS3 from '@uppy/aws-s3'

const [api, token, project, file, sized] = process.argv.slice(2)

globalThis.XMLHttpRequest = class {
  upload = {}
  status = 0
  responseText = ''
  #headers = {}
  #controller = new AbortController()

  open(method, url) { [this.method, this.url] = [method, url] }
  setRequestHeader(name, value) { this.#headers[name] = value }
  getResponseHeader(name) { return this.#answer.headers.get(name) }
  abort() { this.#controller.abort() }
  #answer

  async send(body) {
    try {
      // A browser sends the type of a Blob when the page sets none; undici does the same.
      this.#answer = await fetch(this.url,
        { method: this.method, headers: this.#headers, body: body ?? undefined, signal: this.#controller.signal })
      this.responseText = await this.#answer.text()
      this.status = this.#answer.status
      this.onload()
    } catch {
      this.onerror?.()
    }
  }
}

const { readFile } = await import('node:fs/promises')
const uppy = new Uppy()
const photos = []
const methods = []
uppy.use(AwsS3, {
  shouldUseMultipart: (f) => f.size > 6 * 1024 * 1024,
  generateObjectKey: (f) => f.id,
  async signRequest(request) {
    const f = uppy.getFile(request.key)
    const answer = await fetch(`${api}api/v1/uppy/sign`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', Authorization: `Bearer ${token}` },
      body: JSON.stringify({
        ...request, project_id: project, file_name: f?.name, mime_type: f?.type,
        file_size: sized === 'sized' ? f?.size : undefined,
      }),
    })
    const signed = await answer.json()
    if (!answer.ok) throw new Error(JSON.stringify(signed))
    photos.push(signed.photo_id)
    methods.push(`${request.method}${request.uploadId ? ' upload' : ''}${request.partNumber ?? ''}`)
    return signed
  },
})
uppy.addFile({ name: 'panorama.jpg', type: 'image/jpeg', data: new Blob([await readFile(file)], { type: 'image/jpeg' }) })
const result = await uppy.upload()
console.log(JSON.stringify({
  photo_id: photos[0], methods, key: result.successful[0]?.response.body.key,
  failed: result.failed.map((f) => f.error),
}))
