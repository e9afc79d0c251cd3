import { expect } from 'vitest'
import type { ApiAnswer } from './api-client.ts'

/** Expects a standard error: status, code, a text for people, and the CORS headers that errors carry as well. */
export function expectError(answer: ApiAnswer, status: number, errcode: string): void {
  expect({ status: answer.status, body: answer.body }).toMatchObject({
    status,
    body: { errcode, error: expect.stringMatching(/\S/) },
  })
  expect(answer.headers.get('content-type')).toContain('application/json')
  expect(answer.headers.get('access-control-allow-origin')).toBe('*')
}
