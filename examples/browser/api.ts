// Calls the API: with the user's token, a time limit, retries where they do no harm, and its problems as an error.

export interface Api {
  /** Such as `https://abc123.execute-api.eu-central-1.amazonaws.com`. */
  url: string
  /** The user's access token; asked for at each request, so that it can be renewed meanwhile. */
  token: () => string | Promise<string>
}

/** RFC 9457. Tell problems apart by `type`: docs/errors.md lists them. */
export interface Problem {
  type: string
  title: string
  status: number
  detail?: string
  correlation_id?: string
  errors?: { field: string; limit: string; value: string; detail: string }[]
}

export class ProblemError extends Error {
  constructor(readonly problem: Problem, readonly retryAfterSeconds: number) {
    super(problem.detail ?? problem.title)
    this.name = 'ProblemError'
  }
}

export interface CallOptions {
  body?: unknown
  /** Lets a request that changes something be sent again. */
  idempotencyKey?: string
  signal?: AbortSignal
}

const ATTEMPTS = 4
const TIMEOUT_MS = 30_000
const LONGEST_PAUSE_MS = 60_000

export async function call<T>(api: Api, method: string, path: string, options: CallOptions = {}): Promise<T> {
  const repeatable = method === 'GET' || options.idempotencyKey !== undefined
  return retry(repeatable ? ATTEMPTS : 1, () => send<T>(api, method, path, options), options.signal)
}

/** Tries again what failed for a while only: the network, or a server that is busy. */
export async function retry<T>(attempts: number, work: () => Promise<T>, signal?: AbortSignal): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await work()
    } catch (error) {
      signal?.throwIfAborted()
      if (attempt >= attempts || !isPassing(error)) throw error
      const asked = error instanceof ProblemError ? error.retryAfterSeconds * 1000 : 0
      if (asked > LONGEST_PAUSE_MS) throw error
      await pause(Math.max(asked, 2 ** attempt * 100 * (1 + Math.random())), signal)
    }
  }
}

/** The network's own failure: no answer came, which does not mean that nothing was done. */
export class NoAnswerError extends Error {}

export function pause(milliseconds: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const abort = () => {
      clearTimeout(timer)
      reject(signal!.reason)
    }
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', abort)
      resolve()
    }, milliseconds)
    signal?.addEventListener('abort', abort, { once: true })
  })
}

async function send<T>(api: Api, method: string, path: string, options: CallOptions): Promise<T> {
  const headers: Record<string, string> = { Authorization: `Bearer ${await api.token()}` }
  if (options.body !== undefined) headers['Content-Type'] = 'application/json'
  if (options.idempotencyKey !== undefined) headers['Idempotency-Key'] = options.idempotencyKey
  const timeout = AbortSignal.timeout(TIMEOUT_MS)
  let answer: Response
  let text: string
  try {
    answer = await fetch(new URL(path, api.url), {
      method,
      headers,
      body: JSON.stringify(options.body),
      signal: options.signal ? AbortSignal.any([options.signal, timeout]) : timeout,
    })
    text = await answer.text()
  } catch (error) {
    throw new NoAnswerError(`${method} ${path}: ${(error as Error).message}`, { cause: error })
  }
  if (answer.ok) return JSON.parse(text) as T
  throw new ProblemError(problemOf(answer, text), Number(answer.headers.get('Retry-After')) || 0)
}

// A gateway on the way may answer in words of its own.
function problemOf(answer: Response, text: string): Problem {
  return answer.headers.get('Content-Type')?.startsWith('application/problem+json')
    ? JSON.parse(text) as Problem
    : { type: 'about:blank', title: `The server answered ${answer.status}`, status: answer.status }
}

function isPassing(error: unknown): boolean {
  const status = error instanceof ProblemError ? error.problem.status : 0
  return error instanceof NoAnswerError || status === 429 || status >= 500
}
