// Uploads a file: a ticket, a PUT straight to the store, and the question what became of it.
// Copy it with api.ts; there is nothing else that they need.
import { type Api, NoAnswerError, call, pause, retry } from './api.js'

export interface Ticket {
  photo_id: string
  upload_url: string
  headers: Record<string, string>
}

/** What this page looks at; docs/openapi.json has the rest. */
export interface Photo {
  id: string
  status: 'pending_upload' | 'uploaded' | 'processing' | 'completed' | 'failed'
  failure_reason: string | null
  width: number | null
  height: number | null
}

export interface UploadOptions {
  projectId: string
  /** One for each file: under the same key the file can be tried again for 24 hours and is one photo only. */
  idempotencyKey?: string
  /** Has the store compare the bytes, too. Reads the whole file into memory. */
  sha256?: boolean
  onProgress?: (sentBytes: number, totalBytes: number) => void
  signal?: AbortSignal
}

/** The store refused the bytes; 403 also after the 15 minutes in which a ticket is good. */
export class StoreError extends Error {
  constructor(readonly status: number, readonly body: string) {
    super(`The store answered ${status}.`)
    this.name = 'StoreError'
  }
}

/** The file came, and is not what was said of it: `photo.failure_reason` tells. */
export class PhotoFailedError extends Error {
  constructor(readonly photo: Photo) {
    super(photo.failure_reason ?? 'The photo failed.')
    this.name = 'PhotoFailedError'
  }
}

const ATTEMPTS = 4
const UPLOAD_TIMEOUT_MS = 15 * 60_000
const PATIENCE_MS = 2 * 60_000

/** Ends when the photo is in, its metadata read. Rejects with a ProblemError, StoreError or PhotoFailedError. */
export async function upload(api: Api, file: File, options: UploadOptions): Promise<Photo> {
  const { idempotencyKey = crypto.randomUUID(), signal } = options
  const body = {
    project_id: options.projectId,
    file_name: file.name,
    file_size: file.size,
    mime_type: file.type,
    sha256: options.sha256 ? await sha256(file) : undefined,
  }
  const ticket = await call<Ticket>(api, 'POST', '/api/v1/photos/upload-url', { body, idempotencyKey, signal })
  await retry(ATTEMPTS, () => put(ticket, file, options), signal)
  return waitFor(api, ticket.photo_id, signal)
}

/** Asks, ever more seldom, until the file has come or has failed. */
export async function waitFor(api: Api, photoId: string, signal?: AbortSignal): Promise<Photo> {
  const end = Date.now() + PATIENCE_MS
  for (let wait = 200; ; wait = Math.min(wait * 1.5, 5000)) {
    const photo = await call<Photo>(api, 'GET', `/api/v1/photos/${photoId}`, { signal })
    if (photo.status === 'failed') throw new PhotoFailedError(photo)
    if (photo.status !== 'pending_upload') return photo
    if (Date.now() > end) throw new Error(`Nobody has noticed the file of photo ${photoId} so far.`)
    await pause(wait, signal)
  }
}

/** Lower-case hexadecimal, as the API takes it. */
async function sha256(file: Blob): Promise<string> {
  const hash = await crypto.subtle.digest('SHA-256', await file.arrayBuffer())
  return Array.from(new Uint8Array(hash), (byte) => byte.toString(16).padStart(2, '0')).join('')
}

// By XMLHttpRequest, because fetch tells nothing of the progress of what it sends.
function put(ticket: Ticket, file: Blob, { onProgress, signal }: UploadOptions): Promise<void> {
  return new Promise((resolve, reject) => {
    signal?.throwIfAborted()
    const xhr = new XMLHttpRequest()
    xhr.open('PUT', ticket.upload_url)
    for (const [name, value] of Object.entries(ticket.headers)) {
      // The browser sends the file's length itself, and forbids pages to.
      if (name.toLowerCase() !== 'content-length') xhr.setRequestHeader(name, value)
    }
    xhr.timeout = UPLOAD_TIMEOUT_MS
    xhr.upload.onprogress = (event) => onProgress?.(event.loaded, event.total)
    xhr.onload = () => {
      // 412: the object is there. An earlier attempt came through, and only its answer was lost.
      if ((xhr.status >= 200 && xhr.status < 300) || xhr.status === 412) resolve()
      // 409: an earlier attempt is still under way.
      else if (xhr.status === 409 || xhr.status >= 500) reject(new NoAnswerError(`The store answered ${xhr.status}.`))
      else reject(new StoreError(xhr.status, xhr.responseText))
    }
    xhr.onerror = xhr.ontimeout = () => reject(new NoAnswerError('The store did not answer.'))
    const abort = () => xhr.abort()
    xhr.onabort = () => reject(signal?.reason)
    xhr.onloadend = () => signal?.removeEventListener('abort', abort)
    signal?.addEventListener('abort', abort, { once: true })
    xhr.send(file)
  })
}
