/**
 * Names of roles and programs, and words of our own messages: they say nothing of the person or the login that has them
 * for a name, and replacing them would leave no sentence readable.
 */
export const commonWords: ReadonlySet<string> = new Set(
  (
    'admin administrator admins bind bot contact debug element error groups guest hostmaster identity info ldap list ' +
    'mail matrix mysql noreply office people postgres postmaster read reader readonly root search server service ' +
    'services signpost sql support synapse sync system test user users warn webmaster'
  ).split(' '),
)
