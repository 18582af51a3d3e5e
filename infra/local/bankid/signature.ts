// The signature that a person's BankID makes: XML in the shape of BankID's signature profile, signed for real.
//
// Guarantees: digest and signature are over the bytes as they stand, which are written in canonical form already; the
// certificate of the person is inside. Does not guarantee: every element of BankID's own profile.
import { createHash, createPublicKey, sign, verify, X509Certificate } from 'node:crypto';
import { type Identity, makePerson } from './certificates.ts';
import type { Person } from './persons.ts';

const dsig = 'http://www.w3.org/2000/09/xmldsig#';
const bankIdSpace = 'http://www.bankid.com/signature/v1.0.0/types';
const c14n = 'http://www.w3.org/TR/2001/REC-xml-c14n-20010315';

/** What is signed. Data are base64, as they came. */
export type Signed = {
  readonly kind: 'auth' | 'sign';
  readonly userVisibleData: string | null;
  readonly userNonVisibleData: string | null;
  readonly referringDomain: string | null;
  readonly orderRef: string;
};

/** Signs as the person; answers the XML and the certificate. */
export function signAs(person: Person, authority: Identity, signed: Signed, at: Date): { xml: Buffer; certDer: Buffer } {
  const name = { CN: `${person.givenName} ${person.surname}`, serialNumber: person.personalNumber };
  const identity = makePerson(authority, name, at);
  const data = signedData(signed);
  const info = signedInfo(digest(data));
  const value = sign('sha256', Buffer.from(info), { key: identity.privateKey, dsaEncoding: 'ieee-p1363' }).toString('base64');
  const certificates = [identity.certDer, authority.certDer].map((cert) => `<X509Certificate>${cert.toString('base64')}</X509Certificate>`);
  const keyInfo = `<KeyInfo Id="bidKeyInfo"><X509Data>${certificates.join('')}</X509Data></KeyInfo>`;
  const xml = `<?xml version="1.0" encoding="UTF-8"?><Signature xmlns="${dsig}">${info}<SignatureValue>${value}</SignatureValue>${keyInfo}<Object>${data}</Object></Signature>`;
  return { xml: Buffer.from(xml), certDer: identity.certDer };
}

function signedData({ kind, userVisibleData, userNonVisibleData, referringDomain, orderRef }: Signed): string {
  const visible = userVisibleData === null ? '' : `<usrVisibleData charset="UTF-8" visible="wysiwys">${userVisibleData}</usrVisibleData>`;
  const hidden = userNonVisibleData === null ? '' : `<usrNonVisibleData>${userNonVisibleData}</usrNonVisibleData>`;
  const server = `<srvInfo><name>${Buffer.from('cn=Valv').toString('base64')}</name><nonce>${digest(orderRef)}</nonce></srvInfo>`;
  const url = referringDomain === null ? '' : `<url>${Buffer.from(referringDomain).toString('base64')}</url>`;
  const purpose = kind === 'auth' ? 'Identification' : 'Signing';
  return `<bankIdSignedData xmlns="${bankIdSpace}" Id="bidSignedData">${visible}${hidden}${server}<clientInfo><funcId>${purpose}</funcId>${url}</clientInfo></bankIdSignedData>`;
}

const signedInfo = (dataDigest: string): string =>
  `<SignedInfo xmlns="${dsig}"><CanonicalizationMethod Algorithm="${c14n}"></CanonicalizationMethod><SignatureMethod Algorithm="http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha256"></SignatureMethod><Reference Type="${bankIdSpace}" URI="#bidSignedData"><Transforms><Transform Algorithm="${c14n}"></Transform></Transforms><DigestMethod Algorithm="http://www.w3.org/2001/04/xmlenc#sha256"></DigestMethod><DigestValue>${dataDigest}</DigestValue></Reference></SignedInfo>`;

const digest = (content: string): string => createHash('sha256').update(content).digest('base64');

/**
 * Verifies a signature of {@link signAs}: digest, signature, and that the person's certificate was issued by `authority`.
 * Answers who signed what, or null.
 */
export function verifySignature(
  xml: string,
  authority: X509Certificate,
): { personalNumber: string; userVisibleText: string | null } | null {
  const data = between(xml, '<bankIdSignedData ', '</bankIdSignedData>');
  const info = between(xml, '<SignedInfo ', '</SignedInfo>');
  const value = inside(xml, 'SignatureValue');
  const cert = new X509Certificate(Buffer.from(inside(xml, 'X509Certificate'), 'base64'));
  const key = { key: createPublicKey(cert.publicKey.export({ type: 'spki', format: 'pem' })), dsaEncoding: 'ieee-p1363' } as const;
  const isIntact = inside(info, 'DigestValue') === digest(data) && verify('sha256', Buffer.from(info), key, Buffer.from(value, 'base64'));
  if (!isIntact || !cert.verify(authority.publicKey)) return null;
  const visible = /<usrVisibleData[^>]*>([^<]*)</.exec(data)?.[1];
  return {
    personalNumber: /serialNumber=(\d{12})/.exec(cert.subject)?.[1] ?? '',
    userVisibleText: visible === undefined ? null : Buffer.from(visible, 'base64').toString('utf8'),
  };
}

function between(xml: string, start: string, end: string): string {
  const from = xml.indexOf(start);
  return from < 0 ? '' : xml.slice(from, xml.indexOf(end, from) + end.length);
}

const inside = (xml: string, element: string): string => new RegExp(`<${element}>([^<]*)<`).exec(xml)?.[1] ?? '';
