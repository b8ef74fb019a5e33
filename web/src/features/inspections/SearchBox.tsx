import { CloseButton, TextInput } from '@mantine/core';
import { useDebouncedCallback } from '@mantine/hooks';
import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ZoomIcon } from '@/components/icons';
import { Key } from '@/components/Key';
import { useKeys } from '@/features/inspections/useKeys';

const TYPED_MS = 300;

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
  const [text, setText] = useState(value);
  const [shown, setShown] = useState(value);
  const [asked, setAsked] = useState(value);
  if (shown !== value) {
    setShown(value);
    // What this box asked for may arrive when more has been typed. Else it was back, or a link.
    if (value !== asked) {
      setAsked(value);
      setText(value);
    }
  }
  const ask = (typed: string) => {
    setAsked(typed.trim());
    onFind(typed.trim());
  };
  const find = useDebouncedCallback(ask, TYPED_MS);
  useEffect(() => () => find.cancel(), [find]);
  useKeys({
    '/': () => {
      input.current?.focus();
      input.current?.select();
    },
  });
  const change = (typed: string) => {
    setText(typed);
    find(typed);
  };
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
          find.cancel();
          ask(text);
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
