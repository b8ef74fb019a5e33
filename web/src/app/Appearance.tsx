import { ActionIcon, useMantineColorScheme, type MantineColorScheme } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { AutoIcon, MoonIcon, SunIcon } from '@/components/icons';

const ORDER: readonly MantineColorScheme[] = ['auto', 'light', 'dark'];
const ICON = { auto: AutoIcon, light: SunIcon, dark: MoonIcon };

/** As the system has it, light, dark, and round again. */
export function Appearance() {
  const { t } = useTranslation();
  // Mantine would switch transitions off through an inline style, which the security policy forbids.
  const { colorScheme, setColorScheme } = useMantineColorScheme({ keepTransitions: true });
  const next = ORDER[(ORDER.indexOf(colorScheme) + 1) % ORDER.length] ?? 'auto';
  const Icon = ICON[colorScheme];
  const label = t('shell.appearance', { now: t(`scheme.${colorScheme}`), next: t(`scheme.${next}`) });
  return (
    <ActionIcon aria-label={label} title={label} onClick={() => setColorScheme(next)}>
      <Icon fontSize={22} />
    </ActionIcon>
  );
}
