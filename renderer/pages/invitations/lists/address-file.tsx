import { Button, FileButton, Group } from '@mantine/core'
import { IconUpload } from '@tabler/icons-react'
import { useText } from '../../../texts/use-text.tsx'

/** Takes the text of a file; it goes into the field, where it can be looked at and changed. */
export function AddressFile({ onText }: { readonly onText: (text: string) => void }) {
  const t = useText('invitations')
  const read = (file: File | null) => {
    if (file !== null) void file.arrayBuffer().then((bytes) => onText(decode(bytes)))
  }
  return (
    <Group>
      <FileButton accept=".csv,.txt,text/csv,text/plain" onChange={read}>
        {(props) => (
          <Button {...props} variant="default" leftSection={<IconUpload size={16} aria-hidden />}>
            {t('file')}
          </Button>
        )}
      </FileButton>
    </Group>
  )
}

/** UTF-8, else what "CSV" means to spreadsheets in western Europe. */
function decode(bytes: ArrayBuffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    return new TextDecoder('windows-1252').decode(bytes)
  }
}
