/** Canaries over the wire: made-up persons whom nobody has a reason to look up. Browser-safe. */
import * as z from 'zod/mini';
import { idSchemas } from '../../shared/ids.ts';

const one = z.strictObject({ orgId: idSchemas.org, dataSubjectId: idSchemas.dataSubject });

/** The most canaries that an organisation has at once. */
export const mostCanaries = 50;

/**
 * Callables of canaries, for owners and administrators. Viewing, revealing, extracting or exactly finding one raises an
 * alarm, whoever does it.
 */
export const canaryCallables = {
  plantCanary: {
    input: z.strictObject({
      orgId: idSchemas.org,
      /** An address of the organisation's own that is used for nothing else: a mail to it says later that the register has leaked. */
      email: z.optional(z.string().check(z.trim(), z.maxLength(254))),
    }),
    output: z.object({ dataSubjectId: idSchemas.dataSubject }),
  },
  listCanaries: {
    input: z.strictObject({ orgId: idSchemas.org }),
    output: z.object({
      /** Newest first. `name` is null when the person is no longer in the register. */
      canaries: z.array(
        z.object({
          dataSubjectId: idSchemas.dataSubject,
          name: z.nullable(z.string()),
          createdBy: idSchemas.account,
          createdAt: z.iso.datetime(),
        }),
      ),
    }),
  },
  /** Takes the mark away. The made-up person stays in the register like any other, until it is erased. */
  removeCanary: { input: one, output: z.object({}) },
} as const;
