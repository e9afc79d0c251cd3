/** Answers that are made from the settings, and are old when these have changed. */
export const madeFromSettings = [
  'GET /api/settings',
  'GET /api/changes',
  'GET /api/notifications/templates',
  'GET /api/gateway/tls',
  'GET /api/gateway/homeserver',
  'GET /api/gateway/proxy/{kind}',
  'GET /api/gateway/homeserver/{kind}',
  'GET /api/gateway/well-known/{which}',
  'GET /api/integrations',
  'GET /api/integrations/{id}/proxy/{kind}',
  'GET /api/integrations/appservice',
  'GET /api/integrations/oidc',
] as const
