import { Group, Text } from '@mantine/core'
import mark from '../../icons/ok.svg'
import classes from './brand.module.css'

export function Brand() {
  return (
    <Group gap="xs" wrap="nowrap">
      <img className={classes.mark} src={mark} alt="" width={28} height={28} />
      <Text fw={700} size="lg" className={classes.name}>
        Signpost
      </Text>
    </Group>
  )
}
