import { Alert, Button, FileInput, Group, Modal, Select, Stack, Switch } from '@mantine/core'
import { IconFileTypeCsv } from '@tabler/icons-react'
import { useState } from 'react'
import { useChange } from '../../../api/hooks.ts'
import { ErrorState } from '../../../components/error-state.tsx'
import { LoadingRows } from '../../../components/loading.tsx'
import { useText } from '../../../texts/use-text.tsx'
import { asBase64 } from './as-base64.ts'
import { ImportPreview } from './import-preview.tsx'

/** Where numbers without a country code are dialled; the empty one leaves such numbers out. */
const countries = ['DE', 'AT', 'CH', 'GB', 'FR', 'NL', 'US']

/** A CSV file: what it would do first, then doing it. */
export function ImportDialog({ id, onClose }: { readonly id: string; readonly onClose: () => void }) {
  const t = useText('backends')
  const common = useText('common')
  const [name, setName] = useState<File | null>(null)
  const [base64, setBase64] = useState('')
  const [replace, setReplace] = useState(false)
  const [country, setCountry] = useState<string | null>(null)
  const preview = useChange('POST /api/list/{id}/preview', { invalidates: [], timeoutMs: 120_000 })
  const take = useChange('POST /api/list/{id}/import', { timeoutMs: 120_000 })
  const order = (file: string, all: boolean, where: string | null) => ({
    params: { id },
    body: {
      base64: file,
      mode: all ? ('replace' as const) : ('add' as const),
      ...(where === null ? {} : { country: where }),
    },
  })

  async function choose(file: File | null) {
    setName(file)
    preview.reset()
    if (file === null) return setBase64('')
    const read = await asBase64(file)
    setBase64(read)
    preview.mutate(order(read, replace, country))
  }
  const again = (all: boolean, where: string | null) => {
    setReplace(all)
    setCountry(where)
    if (base64 !== '') preview.mutate(order(base64, all, where))
  }
  const result = preview.data?.result ?? null

  return (
    <Modal
      opened
      size="lg"
      onClose={onClose}
      title={t('importTitle')}
      closeButtonProps={{ 'aria-label': common('close') }}
    >
      {take.data === undefined ? (
        <Stack>
          <FileInput
            data-autofocus
            label={t('importFile')}
            description={t('importFileHint')}
            placeholder={t('importChoose')}
            accept=".csv,text/csv,text/plain"
            leftSection={<IconFileTypeCsv size={18} aria-hidden />}
            value={name}
            clearable={false}
            onChange={(file) => void choose(file)}
          />
          <Select
            label={t('importCountry')}
            description={t('importCountryHint')}
            data={countries}
            clearable
            clearButtonProps={{ 'aria-label': t('importNoCountry') }}
            maw="14rem"
            value={country}
            onChange={(next) => again(replace, next)}
          />
          <Switch
            label={t('importReplace')}
            description={t('importReplaceHint')}
            checked={replace}
            onChange={(event) => again(event.currentTarget.checked, country)}
          />
          <div aria-live="polite">
            {preview.isPending && <LoadingRows rows={3} />}
            {preview.error !== null && <ErrorState error={preview.error} />}
            {preview.data !== undefined && <ImportPreview preview={preview.data} />}
            {take.error !== null && <ErrorState error={take.error} />}
          </div>
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              {common('cancel')}
            </Button>
            <Button
              disabled={result === null || preview.isPending}
              loading={take.isPending}
              color={replace ? 'red.8' : 'petrol'}
              onClick={() => take.mutate(order(base64, replace, country))}
            >
              {replace && result !== null
                ? t('importActionReplace', { removed: result.removed })
                : t('importAction')}
            </Button>
          </Group>
        </Stack>
      ) : (
        <Stack>
          <Alert color="petrol" title={t('importDone')} role="status">
            {t('importCounts', take.data)}
          </Alert>
          <Group justify="flex-end">
            <Button data-autofocus onClick={onClose}>
              {common('close')}
            </Button>
          </Group>
        </Stack>
      )}
    </Modal>
  )
}
