import { SectionCard } from '../../components/section-card.tsx'
import { useText } from '../../texts/use-text.tsx'
import { KeyRow } from './key-row.tsx'
import { appliesTo, valueAt } from '../../components/config-key.ts'
import type { KeyGroup, Settings } from './model.ts'
import { sectionName } from './section-names.ts'
import type { Edits } from '../../components/use-edits.ts'
import { useKeyText } from '../../components/use-key-text.ts'

export interface GroupCardProps {
  readonly group: KeyGroup
  readonly settings: Settings
  readonly edits: Edits
  /** By path. */
  readonly problems: ReadonlyMap<string, string>
}

/** The keys of one section that mean something as things are, edits included. */
export function GroupCard({ group, settings, edits, problems }: GroupCardProps) {
  const t = useText('settings')
  const keyText = useKeyText()
  const valueOf = (path: string) => edits.of(path)?.value ?? valueAt(settings.all, path)
  const keys = group.keys.filter((key) => appliesTo(key, valueOf))
  if (keys.length === 0) return null
  const title = sectionName(group.name)
  return (
    <SectionCard title={title === undefined ? group.name : t(title)}>
      {keys.map((key) => (
        <KeyRow
          key={`${key.path} ${key.when ?? ''}`}
          configKey={key}
          description={keyText(key)}
          value={valueAt(settings.all, key.path)}
          isInFile={valueAt(settings.file, key.path) !== undefined}
          edit={edits.of(key.path)}
          error={problems.get(key.path)}
          onEdit={edits.set}
          onDrop={edits.drop}
        />
      ))}
    </SectionCard>
  )
}
