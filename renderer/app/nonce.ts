/**
 * The value with which the content policy lets a `<style>` element of this page count. The scroll lock of dialogs looks
 * for it under a name that bundlers made usual (package `get-nonce`).
 */
export function readNonce(): string {
  const nonce = document.querySelector<HTMLMetaElement>('meta[property="csp-nonce"]')?.nonce ?? ''
  Object.assign(globalThis, { __webpack_nonce__: nonce })
  return nonce
}
