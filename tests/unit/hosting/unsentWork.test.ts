import { describe, expect, it } from 'vitest';
import { UnsentWork } from '../../../hosting/src/app/unsentWork.ts';

const form = (isConnected = true) => ({ isConnected });

describe('work that was not sent', () => {
  it('is left until its own form was taken', () => {
    const [name, number] = [form(), form()];
    const work = new UnsentWork();
    work.type(name, 1);
    work.type(number, 2);
    work.submit(number, 3);
    work.take(4);
    expect(work.isLeft).toBe(true);
    work.submit(name, 5);
    work.take(6);
    expect(work.isLeft).toBe(false);
  });

  it('is what was typed after its form was submitted, whether the answer came or a refusal', () => {
    const person = form();
    const work = new UnsentWork();
    work.type(person, 1);
    work.submit(person, 2);
    work.type(person, 3);
    work.take(4);
    expect(work.isLeft).toBe(true);
  });

  it('is not taken by the answer to what was sent before it', () => {
    const person = form();
    const work = new UnsentWork();
    work.type(person, 10);
    work.submit(person, 11);
    work.take(5);
    expect(work.isLeft).toBe(true);
    work.take(11);
    expect(work.isLeft).toBe(false);
  });

  it('outside of forms goes with the next change', () => {
    const work = new UnsentWork();
    work.type(null, 1);
    work.take(0);
    expect(work.isLeft).toBe(true);
    work.take(1);
    expect(work.isLeft).toBe(false);
  });

  it('is gone with a form that was closed, and with the page', () => {
    const work = new UnsentWork();
    work.type(form(false), 1);
    expect(work.isLeft).toBe(false);
    work.type(form(), 1);
    work.clear();
    expect(work.isLeft).toBe(false);
  });
});
