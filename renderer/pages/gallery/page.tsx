import { PlainFrame } from '../../app/plain-frame.tsx'
import { PageHeader } from '../../components/page-header.tsx'

export function Page() {
  return (
    <PlainFrame wide>
      <PageHeader title="Components" />
    </PlainFrame>
  )
}
