import { TextInput } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useCycles } from '@/features/settings/useCycles';

interface Props {
  /** Milliseconds; 0: not known. */
  value: number;
  onChange: (ms: number) => void;
  required?: boolean;
}

/** An ideal cycle time in seconds, with the parts per hour that it means. */
export function CycleField({ value, onChange, required = false }: Props) {
  const { t } = useTranslation();
  const cycles = useCycles();
  const unknown = required ? undefined : t('parts.cycle_unknown');
  const [text, setText] = useState(value === 0 ? '' : String(value / 1000));
  return (
    <TextInput
      type="number"
      label={t('parts.cycle_seconds')}
      description={value === 0 ? unknown : t('parts.cycle_means', { rate: cycles.perHour(value) })}
      inputWrapperOrder={['label', 'input', 'description', 'error']}
      min={0.001}
      max={86_400}
      step={0.001}
      required={required}
      withAsterisk={false}
      value={text}
      onChange={(event) => {
        setText(event.currentTarget.value);
        onChange(Math.round((event.currentTarget.valueAsNumber || 0) * 1000));
      }}
    />
  );
}
