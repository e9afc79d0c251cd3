import { Button, FileButton, Text } from '@mantine/core'
import { IconUpload } from '@tabler/icons-react'
import { useState, type DragEvent } from 'react'
import classes from './file-drop.module.css'

export interface FileDropProps {
  readonly action: string
  readonly hint: string
  /** As the `accept` of a file field: `.csv,text/csv`. */
  readonly accept: string
  readonly multiple?: boolean
  readonly pending?: boolean
  readonly onFiles: (files: readonly File[]) => void
}

/** Takes files that are dropped on it, or chosen with its button. */
export function FileDrop({
  action,
  hint,
  accept,
  multiple = false,
  pending = false,
  onFiles,
}: FileDropProps) {
  const [isOver, setOver] = useState(false)
  const take = (files: readonly File[]) => {
    if (files.length > 0) onFiles(multiple ? files : files.slice(0, 1))
  }
  const drop = (event: DragEvent) => {
    event.preventDefault()
    setOver(false)
    take([...event.dataTransfer.files])
  }
  return (
    // The button does the same by key.
    // oxlint-disable-next-line jsx-a11y/no-static-element-interactions
    <div
      className={classes.drop}
      data-over={isOver || undefined}
      onDragOver={(event) => {
        event.preventDefault()
        setOver(true)
      }}
      onDragLeave={() => setOver(false)}
      onDrop={drop}
    >
      <FileButton accept={accept} multiple onChange={(files) => take(files)}>
        {(props) => (
          <Button
            {...props}
            variant="default"
            loading={pending}
            leftSection={<IconUpload size={16} aria-hidden />}
          >
            {action}
          </Button>
        )}
      </FileButton>
      <Text size="sm" c="dimmed">
        {hint}
      </Text>
    </div>
  )
}
