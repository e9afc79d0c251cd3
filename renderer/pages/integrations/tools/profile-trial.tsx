import { Stack, Text } from '@mantine/core'
import type { AnswerOf } from '../../../api/client.ts'
import { useChange } from '../../../api/hooks.ts'
import { KeyValues, type KeyValue } from '../../../components/key-values.tsx'
import { MaskedAddress } from '../../../components/masked-address.tsx'
import { Status } from '../../../components/status.tsx'
import { useText } from '../../../texts/use-text.tsx'
import { PATIENCE_MS, TrialCard } from './trial-card.tsx'

type Profile = AnswerOf<'POST /api/integrations/profile'>

/** The profile of a user as others see it, and where each part comes from. */
export function ProfileTrial() {
  const t = useText('integration-tools')
  const ask = useChange('POST /api/integrations/profile', { invalidates: [], timeoutMs: PATIENCE_MS })
  return (
    <TrialCard
      title={t('profileTrial')}
      description={t('profileTrialBody')}
      label={t('userId')}
      placeholder="@anna:example.org"
      field="userId"
      ask={ask}
      onAsk={(userId) => ask.mutate({ body: { userId } })}
    >
      {(profile) => <Shown {...profile} />}
    </TrialCard>
  )
}

function Shown({ userId, homeserver, ownName, directory, isWhole, shown }: Profile) {
  const t = useText('integration-tools')
  const none = t('nameNone')
  const items: readonly KeyValue[] = [
    { name: t('ownName'), value: homeserver === 'known' ? (ownName ?? none) : '–' },
    {
      name: t('directoryName'),
      value: directory === null ? t('profileNotKnown') : (directory.displayName ?? none),
    },
    { name: t('shownName'), value: <b>{shown.displayName ?? userId}</b> },
    ...(shown.threepids.length === 0
      ? []
      : [
          {
            name: t('shownAddresses'),
            value: shown.threepids.map(({ medium, address }) => (
              <div key={`${medium} ${address}`}>
                <MaskedAddress address={medium === 'msisdn' ? `+${address}` : address} />
              </div>
            )),
          },
        ]),
    ...(shown.roles.length === 0 ? [] : [{ name: t('shownRoles'), value: shown.roles.join(', ') }]),
  ]
  return (
    <Stack gap="sm">
      <Text fw={600}>{t('profileOf', { user: userId })}</Text>
      {homeserver === 'unknown' && <Status kind="warning" label={t('profileUnknown')} />}
      {homeserver === 'silent' && <Status kind="warning" label={t('profileSilent')} />}
      {!isWhole && <Status kind="warning" label={t('profileNotWhole')} />}
      <KeyValues items={items} />
    </Stack>
  )
}
