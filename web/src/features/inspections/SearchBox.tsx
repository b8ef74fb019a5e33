import { CloseButton, TextInput } from '@mantine/core';
import { useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { ZoomIcon } from '@/components/icons';
import { Key } from '@/components/Key';
import { useTyped } from '@/components/useTyped';
import { useKeys } from '@/features/inspections/useKeys';

interface Props {
  value: string;
  onFind: (text: string) => void;
  /** The person is done here and goes on to the list. */
  onLeave: () => void;
}

/** Finds by what a person types or a scanner sends: the beginning of a serial, or the part's number at the station. */
export function SearchBox({ value, onFind, onLeave }: Props) {
  const { t } = useTranslation();
  const input = useRef<HTMLInputElement>(null);
  const { text, change, tellNow } = useTyped(value, onFind);
  useKeys({
    '/': () => {
      input.current?.focus();
      input.current?.select();
    },
  });
  return (
    <TextInput
      ref={input}
      type="search"
      role="searchbox"
      aria-label={t('inspections.find')}
      aria-keyshortcuts="/"
      placeholder={t('inspections.find_hint')}
      leftSection={<ZoomIcon />}
      rightSection={
        text === '' ? <Key hidden>/</Key> : <CloseButton aria-label={t('inspections.clear_find')} onClick={() => change('')} />
      }
      value={text}
      maxLength={200}
      onChange={(event) => change(event.currentTarget.value)}
      onKeyDown={(event) => {
        if (event.key === 'Enter') {
          tellNow();
        } else if (event.key === 'Escape') {
          if (text === '') input.current?.blur();
          else change('');
        } else if (event.key === 'ArrowDown') {
          event.preventDefault();
          onLeave();
        }
      }}
    />
  );
}
