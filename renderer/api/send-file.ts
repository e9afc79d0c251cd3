import { ApiError, readError } from './api-error.ts'
import { addressOf } from './client.ts'

export interface SendFile {
  /** Of a route that takes files. */
  readonly name: string
  readonly input: object
  readonly file: Blob
  readonly signal: AbortSignal
  readonly onProgress: (share: number) => void
}

/** Sends a file as its bytes. Not by `fetch`, which does not tell how far it is. Rejects with `ApiError`. */
export function sendFile({ name, input, file, signal, onProgress }: SendFile): Promise<unknown> {
  const [method = 'PUT', path = ''] = name.split(' ')
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest()
    request.open(method, addressOf(path, input))
    request.setRequestHeader('x-signpost-console', '1')
    request.setRequestHeader('content-type', 'application/octet-stream')
    request.upload.addEventListener('progress', ({ loaded, total }) => onProgress(loaded / total))
    request.addEventListener('load', () => {
      const body = parse(request.responseText)
      if (request.status === 200) resolve(body)
      else reject(readError(request.status, body))
    })
    const fail = () => reject(new ApiError('unreachable'))
    request.addEventListener('error', fail)
    request.addEventListener('abort', fail)
    signal.addEventListener('abort', () => request.abort(), { once: true })
    request.send(file)
  })
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}
