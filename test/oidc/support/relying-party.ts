import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import * as client from 'openid-client'

/** A client of the provider as MAS is one: it validates all that the standard has it validate. */
export interface RelyingParty {
  readonly redirectUri: string
  /** Begins a sign-in. */
  begin(more?: Readonly<Record<string, string>>): Promise<StartedSignIn>
  /** Exchanges the code in the address to which the browser came back, and checks the tokens. */
  finish(
    back: URL,
    started: StartedSignIn,
  ): Promise<client.TokenEndpointResponse & client.TokenEndpointResponseHelpers>
  userInfo(accessToken: string, subject: string): Promise<client.UserInfoResponse>
  signOutUrl(idToken: string): URL
  readonly metadata: client.ServerMetadata
  close(): Promise<void>
}

export interface StartedSignIn {
  readonly url: URL
  readonly verifier: string
  readonly state: string
  readonly nonce: string
}

export const clientId = 'matrix-authentication-service'
/** With everything that a header would have to encode (RFC 6749, section 2.3.1). */
export const clientSecret = 's%e c/r+e:t'

/** Where browsers come back to: a page that says nothing, below the path that MAS has. */
export async function startCallback(): Promise<{ readonly uri: string; close(): Promise<void> }> {
  const server = createServer((_request, response) => {
    response.setHeader('content-type', 'text/html').end('<h1>Back at the client</h1>')
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    uri: `http://127.0.0.1:${port}/upstream/callback/01HFRQFT5QFMJFGF01P7JAV2ME`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

export async function createRelyingParty(
  issuer: string,
  callback: { readonly uri: string; close(): Promise<void> },
): Promise<RelyingParty> {
  const config = await client.discovery(
    new URL(issuer),
    clientId,
    clientSecret,
    client.ClientSecretBasic(clientSecret),
    // Tests speak HTTP on this machine.
    { execute: [client.allowInsecureRequests] },
  )
  return {
    redirectUri: callback.uri,
    metadata: config.serverMetadata(),
    async begin(more = {}) {
      const verifier = client.randomPKCECodeVerifier()
      const [state, nonce] = [client.randomState(), client.randomNonce()]
      const url = client.buildAuthorizationUrl(config, {
        redirect_uri: callback.uri,
        scope: 'openid profile email phone roles',
        code_challenge: await client.calculatePKCECodeChallenge(verifier),
        code_challenge_method: 'S256',
        ...{ state, nonce },
        ...more,
      })
      return { url, verifier, state, nonce }
    },
    finish: (back, { verifier, state, nonce }) =>
      client.authorizationCodeGrant(config, back, {
        pkceCodeVerifier: verifier,
        expectedState: state,
        expectedNonce: nonce,
        idTokenExpected: true,
      }),
    userInfo: (accessToken, subject) => client.fetchUserInfo(config, accessToken, subject),
    signOutUrl: (idToken) => client.buildEndSessionUrl(config, { id_token_hint: idToken }),
    close: () => callback.close(),
  }
}
