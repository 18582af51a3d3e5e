/** A slow network, for one request. */
import type { Page } from 'playwright-core';

/** Holds the next request to an address back until the answered function is called. */
export async function holdBack(page: Page, address: string): Promise<() => void> {
  const { promise: isLetGo, resolve: letGo } = Promise.withResolvers<void>();
  await page.route(
    address,
    async (route) => {
      await isLetGo;
      await route.fallback();
    },
    { times: 1 },
  );
  return letGo;
}
