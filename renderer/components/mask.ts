/** `a…@e…` of an e-mail address, `+49…89` of a number: enough to recognise one's own, too little to read one off. */
export function maskAddress(address: string): string {
  const at = address.lastIndexOf('@')
  if (at > 0) return `${first(address)}…@${first(address.slice(at + 1))}…`
  return address.length > 5 ? `${address.slice(0, 3)}…${address.slice(-2)}` : '…'
}

/** A whole character, also beyond the basic plane. */
const first = (text: string): string => [...text].at(0) ?? ''
