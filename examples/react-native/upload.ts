// Uploads a file of the device: a ticket, a PUT straight to the store, and the question what became of it.
// The file goes by its uri and never through JavaScript's memory. Copy this file; it needs React Native alone.

export interface Api {
  /** Such as `https://abc123.execute-api.eu-central-1.amazonaws.com`. */
  url: string
  /** The user's access token; asked for at each request, so that it can be renewed meanwhile. */
  token: () => string | Promise<string>
}

/** What an image picker gives. */
export interface LocalFile {
  uri: string
  name: string
  type: string
  /** Bytes, exactly: the store takes no other length. */
  size: number
}

/** What the app looks at; docs/openapi.json has the rest. */
export interface Photo {
  id: string
  status: 'pending_upload' | 'uploaded' | 'processing' | 'completed' | 'failed'
  failure_reason: string | null
}

export interface UploadOptions {
  projectId: string
  /**
   * One for each file, such as `randomUUID()` of expo-crypto. Keep it with the file until that is uploaded: under
   * the same key it can be tried again for 24 hours, also by an app that was restarted, and is one photo only.
   */
  idempotencyKey: string
  onProgress?: (sentBytes: number, totalBytes: number) => void
}

/** No answer came (status 0), or one that refuses. `problem` is RFC 9457's and comes from the API only. */
export class UploadError extends Error {
  constructor(
    message: string, readonly status: number, readonly retryAfterSeconds = 0,
    readonly problem?: { type: string; errors?: { field: string; limit: string; value: string }[] }) {
    super(message)
    this.name = 'UploadError'
  }
}

interface Ticket {
  photo_id: string
  upload_url: string
  headers: Record<string, string>
}

const ATTEMPTS = 4
const CALL_TIMEOUT_MS = 30_000
const UPLOAD_TIMEOUT_MS = 15 * 60_000
const PATIENCE_MS = 2 * 60_000

/** Ends when the photo is in, its metadata read; rejects with an UploadError, or an Error with the failure's reason. */
export async function upload(api: Api, file: LocalFile, options: UploadOptions): Promise<Photo> {
  const ticket = await call<Ticket>(api, 'POST', '/api/v1/photos/upload-url', options.idempotencyKey, {
    project_id: options.projectId, file_name: file.name, file_size: file.size, mime_type: file.type,
  })
  await retry(() => put(ticket, file, options))
  const end = Date.now() + PATIENCE_MS
  for (let wait = 200; ; wait = Math.min(wait * 1.5, 5000)) {
    const photo = await call<Photo>(api, 'GET', `/api/v1/photos/${ticket.photo_id}`)
    if (photo.status === 'failed') throw new Error(photo.failure_reason ?? 'The photo failed.')
    if (photo.status !== 'pending_upload') return photo
    if (Date.now() > end) throw new Error(`Nobody has noticed the file of photo ${photo.id} so far.`)
    await pause(wait)
  }
}

async function put(ticket: Ticket, file: LocalFile, options: UploadOptions): Promise<void> {
  // React Native reads the file itself when the body is its uri; the DOM's types do not know.
  const body = { uri: file.uri } as unknown as Blob
  const xhr = await send('PUT', ticket.upload_url, ticket.headers, body, UPLOAD_TIMEOUT_MS, options.onProgress)
  // 412: the object is there. An earlier attempt came through, and only its answer was lost.
  if (xhr.status !== 412 && !isSuccess(xhr)) throw new UploadError(`The store answered ${xhr.status}.`, xhr.status)
}

function call<T>(api: Api, method: string, path: string, key?: string, body?: unknown): Promise<T> {
  return retry(async () => {
    const headers: Record<string, string> = { Authorization: `Bearer ${await api.token()}` }
    if (body !== undefined) headers['Content-Type'] = 'application/json'
    if (key !== undefined) headers['Idempotency-Key'] = key
    const xhr = await send(method, api.url.replace(/\/$/, '') + path, headers, JSON.stringify(body), CALL_TIMEOUT_MS)
    if (isSuccess(xhr)) return JSON.parse(xhr.responseText) as T
    const isProblem = xhr.getResponseHeader('Content-Type')?.startsWith('application/problem+json')
    const problem = isProblem ? JSON.parse(xhr.responseText) : undefined
    throw new UploadError(
      problem?.detail ?? problem?.title ?? `The server answered ${xhr.status}.`, xhr.status,
      Number(xhr.getResponseHeader('Retry-After')) || 0, problem)
  })
}

function send(
  method: string, url: string, headers: Record<string, string>, body: Blob | string | undefined, timeout: number,
  onProgress?: (sentBytes: number, totalBytes: number) => void): Promise<XMLHttpRequest> {
  return new Promise((resolve, reject) => {
    const xhr = new XMLHttpRequest()
    xhr.open(method, url)
    for (const [name, value] of Object.entries(headers)) xhr.setRequestHeader(name, value)
    xhr.timeout = timeout
    xhr.upload.onprogress = (event) => onProgress?.(event.loaded, event.total)
    xhr.onload = () => resolve(xhr)
    xhr.onerror = xhr.ontimeout = () => reject(new UploadError(`${method}: no answer came.`, 0))
    xhr.send(body)
  })
}

/** Tries again what failed for a while only. Nothing here does harm when it is done twice. */
async function retry<T>(work: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await work()
    } catch (error) {
      if (attempt === ATTEMPTS || !(error instanceof UploadError) || !isPassing(error)) throw error
      await pause(Math.max(error.retryAfterSeconds * 1000, 2 ** attempt * 100 * (1 + Math.random())))
    }
  }
}

// The store answers 409 while an earlier attempt is still under way; the API's 409s are problems and stay.
function isPassing(error: UploadError): boolean {
  return [0, 429].includes(error.status) || error.status >= 500 || (error.status === 409 && !error.problem)
}

const isSuccess = (xhr: XMLHttpRequest) => xhr.status >= 200 && xhr.status < 300

const pause = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds))
