import { HomeserverYamlCard } from '../../components/homeserver-yaml-card.tsx'
import { useText } from '../../texts/use-text.tsx'
import { useDraftCall } from '../draft/use-draft-call.ts'

/** What of the homeserver's configuration stands in the way of the draft. */
export function YamlReader() {
  const t = useText('wizard-connect')
  const read = useDraftCall('POST /api/gateway/homeserver-yaml')
  return (
    <HomeserverYamlCard
      texts={{
        title: t('yaml'),
        description: t('yamlWhat'),
        choose: t('yamlChoose'),
        hint: t('yamlHint'),
        fine: t('yamlFine'),
        diff: t('yamlDiff'),
      }}
      read={read}
      onFiles={(files) => read.mutate({ body: { files, draft: true } })}
    />
  )
}
