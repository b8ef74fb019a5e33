import { renderHook } from '@testing-library/react';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Problem, problemFrom } from '@/api/client';
import { loadWords, startLanguage } from '@/app/i18n';
import { useWordsOf } from '@/components/useWordsOf';
import i18next from 'i18next';

const words = () => renderHook(() => useWordsOf()).result.current;

beforeAll(async () => {
  await startLanguage('de');
  await loadWords('en');
});
afterAll(() => i18next.changeLanguage('en'));

describe('in German', () => {
  it('a refusal is said with its own figures', () => {
    const body = {
      code: 'password_too_short',
      detail: 'A password needs at least 15 characters.',
      remedy: 'Choose a longer one; a sentence is fine.',
      values: { length: 15 },
    };
    expect(words().problem(problemFrom(422, body))).toEqual({
      what: 'Ein Passwort braucht mindestens 15 Zeichen.',
      next: 'Wählen Sie ein längeres; ein Satz ist gut.',
      detail: '',
    });
  });

  it('what the server says beyond the translation stands beside it, as the server said it', () => {
    const said = words().problem(problemFrom(422, { code: 'place_invalid', detail: 'A line has no time zone of its own.' }));
    expect(said.what).toBe('So kann der Ort nicht sein.');
    expect(said.detail).toBe('A line has no time zone of its own.');
  });

  it('a problem of a newer server is told with all that the server said', () => {
    const said = words().problem(new Problem(409, 'of_tomorrow', 'Cannot be.', 'Do this.'));
    expect(said).toEqual({
      what: 'Der Server kann das nicht tun.',
      next: 'Versuchen Sie es noch einmal; wenn es wieder geschieht, sagen Sie es einem Administrator.',
      detail: 'Cannot be. Do this.',
    });
  });

  it('an alarm says what to do', () => {
    expect(words().alarm('camera_failed').title).toBe('Kamera ausgefallen');
    expect(words().alarm('of_tomorrow').title).toBe('Alarm of_tomorrow');
  });

  it('the shift of a plant without shifts has a name, and people’s own names stay', () => {
    const named = ['all day', 'Früh: 1.', 'constructor', '', '{{name}}'];
    expect(named.map((name) => words().shift(name))).toEqual(['Rund um die Uhr', 'Früh: 1.', 'constructor', '', '{{name}}']);
  });

  it('an audit entry says what was done', () => {
    expect(words().action('user.created')).toBe('Benutzer angelegt');
    expect(words().action('of.tomorrow')).toBe('of.tomorrow');
  });
});
