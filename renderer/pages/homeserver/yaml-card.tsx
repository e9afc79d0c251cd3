import { useChange } from '../../api/hooks.ts'
import { HomeserverYamlCard } from '../../components/homeserver-yaml-card.tsx'
import { useText } from '../../texts/use-text.tsx'

/** What of the homeserver's configuration stands in the way of the settings in force. */
export function YamlCard() {
  const t = useText('homeserver')
  const read = useChange('POST /api/gateway/homeserver-yaml', { invalidates: [] })
  return (
    <HomeserverYamlCard
      texts={{
        title: t('yaml'),
        description: t('yamlBody'),
        choose: t('yamlChoose'),
        hint: t('yamlHint'),
        fine: t('yamlFine'),
        diff: t('yamlDiff'),
      }}
      read={read}
      withPlaces
      onFiles={(files) => read.mutate({ body: { files } })}
    />
  )
}
