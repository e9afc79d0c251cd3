import { CheckList, type CheckStep } from '../../components/check-list.tsx'
import { useText, type Translate } from '../../texts/use-text.tsx'
import type { Discovery } from './use-discovery.ts'

/** What the world says of the domain, one line for each thing that matters. */
export function DiscoveryList({ found }: { readonly found: Discovery }) {
  const t = useText('wizard')
  return <CheckList steps={[wellKnownStep(found, t), homeserverStep(found, t), federationStep(found, t)]} />
}

type T = Translate<'wizard'>

function wellKnownStep({ wellKnown, domain }: Discovery, t: T): CheckStep {
  const base = { id: 'well-known', title: t('wellKnown') }
  switch (wellKnown.state) {
    case 'there':
      return {
        ...base,
        outcome: 'ok',
        detail:
          wellKnown.identityServer === null
            ? t('wellKnownThere', { url: wellKnown.homeserver ?? '' })
            : t('wellKnownNames', {
                url: wellKnown.homeserver ?? '',
                identity: wellKnown.identityServer,
              }),
      }
    case 'absent':
      return {
        ...base,
        outcome: 'warning',
        detail: t('wellKnownAbsent', { domain }),
        fix: t('wellKnownLater'),
      }
    default:
      return {
        ...base,
        outcome: 'warning',
        detail: <span lang="en">{wellKnown.why}</span>,
        fix: t(wellKnown.state === 'broken' ? 'wellKnownRepair' : 'wellKnownReach', { domain }),
      }
  }
}

function homeserverStep({ homeserver, domain }: Discovery, t: T): CheckStep {
  const base = { id: 'homeserver', title: t('homeserverFound') }
  if (homeserver === null) {
    return {
      ...base,
      outcome: 'failed',
      detail: t('homeserverNone', { domain }),
      fix: t('homeserverNoneFix'),
    }
  }
  const { url, name, version, usesMas, isLocal } = homeserver
  const program = [name, version].filter((part) => part !== null).join(' ') || t('homeserverUnnamed')
  return {
    ...base,
    outcome: 'ok',
    detail: (
      <>
        {t(isLocal ? 'homeserverLocal' : 'homeserverAt', { program, url })}
        <br />
        {t(usesMas ? 'signInByMas' : 'signInByItself')}
      </>
    ),
  }
}

function federationStep({ federation, domain }: Discovery, t: T): CheckStep {
  return {
    id: 'federation',
    title: t('federationFound'),
    outcome: federation.answers ? 'ok' : 'warning',
    detail: <span lang="en">{federation.detail}</span>,
    ...(federation.answers ? {} : { fix: t('federationFix', { domain }) }),
  }
}
