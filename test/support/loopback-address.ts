import { randomInt } from 'node:crypto'

/**
 * An IPv4 address of this machine that hardly anybody else uses: for servers whose port is fixed, and for clients that
 * have to be told apart. Linux has all of 127.0.0.0/8 without further ado.
 */
export function loopbackAddress(): string {
  return `127.${randomInt(1, 255)}.${randomInt(256)}.${randomInt(1, 255)}`
}
