import { systemErrorCode } from './config/file-error.ts'
import { OperatorError } from './config/operator-error.ts'
import { commandToStop, describeOwner, findPortOwner } from './gateway/port-owner/port-owner.ts'

/** Where a listener is to listen, as the configuration says it. */
export interface ListenAddress {
  /** An IP address, a wildcard (`0.0.0.0`, `::`), or a name of this machine. */
  readonly host: string
  /** 0 picks a free one. */
  readonly port: number
}

/** Why the operating system refused a port, in words for an operator; null for any other failure. `key`: `server.listen`. */
export interface ListenRefusal {
  readonly code: 'port-in-use' | 'port-not-allowed'
  readonly likelyCause: string
  readonly fix: string
}

export async function explainListenFailure(
  error: unknown,
  { host, port }: ListenAddress,
  key: string,
): Promise<ListenRefusal | null> {
  switch (systemErrorCode(error)) {
    case 'EADDRINUSE':
      return await portInUse(port, key)
    case 'EACCES':
      return {
        code: 'port-not-allowed',
        likelyCause: 'Ports below 1024 need special rights.',
        fix: `Choose another port with ${key}.port in signpost.yaml, or allow it (systemd: AmbientCapabilities=CAP_NET_BIND_SERVICE).`,
      }
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
      return {
        code: 'port-not-allowed',
        likelyCause: `This machine does not have the address ${host}.`,
        fix: `Choose another address with ${key}.host in signpost.yaml; "ip address" lists those of this machine.`,
      }
    default:
      return null
  }
}

async function portInUse(port: number, key: string): Promise<ListenRefusal> {
  const { platform } = process
  const owner = await findPortOwner(port, { platform })
  const another = `choose another port with ${key}.port in signpost.yaml.`
  if (owner === null) {
    return {
      code: 'port-in-use',
      likelyCause: 'Another program already listens there; perhaps Signpost itself is running.',
      fix: `Stop the other program, or ${another}`,
    }
  }
  const command = commandToStop(owner, port, platform)
  return {
    code: 'port-in-use',
    likelyCause: `${describeOwner(owner)} already listens there.`,
    fix: command === null ? `C${another.slice(1)}` : `Stop it (${command}), or ${another}`,
  }
}

/** The same as an error of the start. Anything that is not about the port comes back as it is. */
export async function asListenError(error: unknown, at: ListenAddress, key: string): Promise<unknown> {
  const refusal = await explainListenFailure(error, at, key)
  if (refusal === null) return error
  const { code, likelyCause, fix } = refusal
  const tried = `listen on ${at.host}, port ${at.port}`
  return new OperatorError(code, { tried, likelyCause, fix, cause: error })
}
