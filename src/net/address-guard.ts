export interface AddressGuard {
  /** True when Signpost may connect to this IP address on behalf of a stranger. */
  check(ip: string): boolean
}

export function createAddressGuard(options: { readonly allowPrivate: readonly string[] }): AddressGuard {
  throw new Error(`not written ${options.allowPrivate.length}`)
}
