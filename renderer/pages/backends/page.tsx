import { Route, Routes } from 'react-router'
import { AddPage } from './add/add-page.tsx'
import { DetailPage } from './detail/detail-page.tsx'
import { ListPage } from './list/list-page.tsx'
import { LookupPage } from './lookup/lookup-page.tsx'

/** No backend has a name that begins with `-`. */
export function Page() {
  return (
    <Routes>
      <Route index element={<ListPage />} />
      <Route path="-/add" element={<AddPage />} />
      <Route path="-/lookup" element={<LookupPage />} />
      <Route path=":id/:tab?" element={<DetailPage />} />
    </Routes>
  )
}
