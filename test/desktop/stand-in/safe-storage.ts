/** `safeStorage`, over a keychain that a test can take away or exchange. */
export interface Keychain {
  /** Electron's name of it; `basic_text` is none. Null: none at all. */
  backend: string | null
  /** Two keychains of one name do not open each other's secrets. */
  secret: string
}

export function createSafeStorage(keychain: Keychain) {
  return {
    isEncryptionAvailable: () => keychain.backend !== null,
    getSelectedStorageBackend: () => keychain.backend ?? 'unknown',
    encryptString: (text: string) => Buffer.from(`${keychain.backend}:${keychain.secret}:${mirrored(text)}`),
    decryptString(encrypted: Buffer) {
      const [, secret, text] = encrypted.toString().split(':')
      if (keychain.backend === null || secret !== keychain.secret || text === undefined) {
        throw new Error('Error while decrypting the ciphertext provided to safeStorage.decryptString.')
      }
      return mirrored(text)
    },
  }
}

const mirrored = (text: string) => [...text].reverse().join('')
