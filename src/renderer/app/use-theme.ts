import { useEffect } from 'react';
import { usePreferences } from '#renderer/state';

const DARK = '(prefers-color-scheme: dark)';

/** Sets the theme that the style sheet and the canvases read: the chosen one, or the system's. */
export function useTheme(): void {
  const choice = usePreferences((preferences) => preferences.theme);
  useEffect(() => {
    const media = window.matchMedia(DARK);
    const apply = () => {
      document.documentElement.dataset.theme = choice === 'system' ? (media.matches ? 'dark' : 'light') : choice;
    };
    // Paper is white, and browsers leave grounds out: light letters would not be seen.
    const applyToPaper = () => {
      document.documentElement.dataset.theme = 'light';
    };
    apply();
    media.addEventListener('change', apply);
    window.addEventListener('beforeprint', applyToPaper);
    window.addEventListener('afterprint', apply);
    return () => {
      media.removeEventListener('change', apply);
      window.removeEventListener('beforeprint', applyToPaper);
      window.removeEventListener('afterprint', apply);
    };
  }, [choice]);
}
