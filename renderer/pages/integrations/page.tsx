import { Route, Routes } from 'react-router'
import { FeaturePage } from './feature/feature-page.tsx'
import { OverviewPage } from './overview/overview-page.tsx'
import { useChecks } from './use-checks.ts'

export function Page() {
  const checks = useChecks()
  return (
    <Routes>
      <Route index element={<OverviewPage checks={checks} />} />
      <Route path=":id" element={<FeaturePage checks={checks} />} />
    </Routes>
  )
}
