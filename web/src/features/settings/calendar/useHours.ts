import { useTranslation } from 'react-i18next';
import { useFigures } from '@/components/useFigures';

/** `118 h 45 min`: hours and minutes, however many days they make. */
export function useHours(): (minutes: number) => string {
  const figures = useFigures();
  const { t } = useTranslation();
  return (minutes) =>
    t(minutes % 60 === 0 ? 'calendar.whole_hours' : 'calendar.hours', {
      hours: figures.count(Math.floor(minutes / 60)),
      minutes: minutes % 60,
    });
}
