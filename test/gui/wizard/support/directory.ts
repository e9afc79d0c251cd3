import { ldifEntry, startSlapd, type Slapd } from '../../../support/slapd.ts'

export const suffix = 'dc=school,dc=example'
export const peopleDn = `ou=people,${suffix}`
export const serviceDn = `cn=signpost,${suffix}`
export const servicePassword = 'p"ä\\ss:w{o}rd'

const person = (uid: string, cn: string) =>
  ldifEntry(`uid=${uid},${peopleDn}`, {
    objectClass: 'inetOrgPerson',
    uid,
    cn,
    sn: cn.split(' ').at(-1) ?? cn,
    mail: `${uid}@school.example`,
  })

/** The directory of a small school, which nobody may read without signing in. */
export function startSchool(): Promise<Slapd> {
  return startSlapd({
    suffix,
    databaseSettings: [
      'access to attrs=userPassword by anonymous auth by * none',
      'access to * by users read',
    ],
    ldif: [
      ldifEntry(suffix, { objectClass: ['dcObject', 'organization'], dc: 'school', o: 'School' }),
      ldifEntry(peopleDn, { objectClass: 'organizationalUnit', ou: 'people' }),
      ldifEntry(serviceDn, {
        objectClass: ['organizationalRole', 'simpleSecurityObject'],
        cn: 'signpost',
        userPassword: servicePassword,
      }),
      person('anna', 'Anna Ahlers'),
      person('bruno', 'Bruno Bär'),
      person('clara', 'Clara Conrad'),
    ].join(''),
  })
}
