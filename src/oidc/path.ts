/** The issuer of the OpenID provider, below the public URL. */
export const oidcPath = '/_signpost/oidc'
