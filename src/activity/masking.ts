/** `alice@example.org` as `a***@e***.org`: enough to recognise an address one knows, too little to learn one. */
export function maskEmail(address: string): string {
  const at = address.lastIndexOf('@')
  if (at < 1) return '***'
  const domain = address.slice(at + 1)
  const dot = domain.lastIndexOf('.')
  const ending = dot > 0 ? domain.slice(dot) : ''
  return `${first(address)}***@${first(domain)}***${ending}`
}

/** `447700900001` as `44***01`. */
export function maskPhone(digits: string): string {
  return digits.length < 7 ? '***' : `${digits.slice(0, 2)}***${digits.slice(-2)}`
}

export function maskAddress(address: string): string {
  return address.includes('@') ? maskEmail(address) : maskPhone(address)
}

/** Whatever looks like an address inside a longer text, such as the message of a mail server's refusal. */
export function maskText(text: string): string {
  return text
    .replaceAll(/[^\s<>"'(),;:]+@[^\s<>"'(),;:]+/g, (address) => maskEmail(address))
    .replaceAll(/\+?\d{8,15}/g, (digits) => maskPhone(digits.replace('+', '')))
}

function first(text: string): string {
  return [...text][0] ?? ''
}
