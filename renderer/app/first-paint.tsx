import { Center, Loader } from '@mantine/core'

/** Until the first page is there; without words, since the texts may not be there either. */
export function FirstPaint() {
  return (
    <Center mih="100vh" aria-busy="true">
      <Loader type="dots" />
    </Center>
  )
}
