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
    apply();
    media.addEventListener('change', apply);
    return () => media.removeEventListener('change', apply);
  }, [choice]);
}
