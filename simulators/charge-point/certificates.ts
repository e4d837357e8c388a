import { createHash, createPrivateKey, createPublicKey, generateKeyPairSync, sign, X509Certificate } from "node:crypto";
import { bitString, der, elements, objectId, sequence } from "./der.ts";

type Payload = Record<string, unknown>;

/** What names a certificate: hashes of its issuer's name and key (security whitepaper, CertificateHashDataType). */
export type CertificateHash = {
  hashAlgorithm: "SHA256";
  issuerNameHash: string;
  issuerKeyHash: string;
  serialNumber: string;
};

const sha256 = (bytes: Uint8Array) => createHash("sha256").update(bytes).digest("hex");

/** Of a root certificate: its issuer is itself. */
export function certificateHashOf(certificate: X509Certificate): CertificateHash {
  const [whole] = elements(certificate.raw);
  const [body] = elements(whole?.content ?? Buffer.alloc(0));
  const [, , , issuer] = elements(body?.content ?? Buffer.alloc(0));
  const [keyInfo] = elements(certificate.publicKey.export({ type: "spki", format: "der" }));
  const [, bits] = elements(keyInfo?.content ?? Buffer.alloc(0));
  if (issuer === undefined || bits === undefined) throw new RangeError("not a certificate");
  return {
    hashAlgorithm: "SHA256",
    issuerNameHash: sha256(issuer.whole),
    // RFC 6960 §4.1.1: the bits of the key, without their count of unused ones.
    issuerKeyHash: sha256(bits.content.subarray(1)),
    serialNumber: certificate.serialNumber.toLowerCase(),
  };
}

/** A certificate in PEM, or null for what is none. */
export function readCertificate(pem: unknown): X509Certificate | null {
  try {
    return new X509Certificate(String(pem));
  } catch {
    return null;
  }
}

/** A PKCS #10 request (RFC 2986) in PEM, signed with ECDSA over P-256 and SHA-256. */
export function createRequest(commonName: string, privateKeyPem: string): string {
  const privateKey = createPrivateKey(privateKeyPem);
  const spki = createPublicKey(privateKey).export({ type: "spki", format: "der" });
  const name = sequence(der(0x31, sequence(objectId("550403"), der(0x0c, Buffer.from(commonName)))));
  const info = sequence(der(0x02, Buffer.from([0])), name, spki, der(0xa0));
  const algorithm = sequence(objectId("2a8648ce3d040302"));
  const request = sequence(info, algorithm, bitString(sign("sha256", info, privateKey)));
  const lines = request.toString("base64").match(/.{1,64}/g) ?? [];
  return ["-----BEGIN CERTIFICATE REQUEST-----", ...lines, "-----END CERTIFICATE REQUEST-----", ""].join("\n");
}

/** The certificates that a charge point keeps, and its own key (security whitepaper, A02, M03 to M05). */
export function createCertificates(commonName: string) {
  const roots = new Map<string, X509Certificate[]>();
  const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const isSame = (a: CertificateHash, b: Payload) =>
    (["hashAlgorithm", "issuerNameHash", "issuerKeyHash", "serialNumber"] as const).every(
      (member) => a[member] === b[member],
    );

  return {
    request: () => createRequest(commonName, privateKey.export({ type: "pkcs8", format: "pem" }).toString()),
    /** Its own certificate: of no use for another key. */
    certificateSigned({ certificateChain }: Payload): object {
      const certificate = readCertificate(certificateChain);
      return { status: certificate?.publicKey.equals(publicKey) ? "Accepted" : "Rejected" };
    },
    installCertificate({ certificateType, certificate: pem }: Payload): object {
      const certificate = readCertificate(pem);
      if (certificate === null) return { status: "Rejected" };
      const installed = roots.get(String(certificateType)) ?? [];
      roots.set(String(certificateType), [...installed, certificate]);
      return { status: "Accepted" };
    },
    getInstalledCertificateIds({ certificateType }: Payload): object {
      const installed = roots.get(String(certificateType)) ?? [];
      if (installed.length === 0) return { status: "NotFound" };
      return { status: "Accepted", certificateHashData: installed.map(certificateHashOf) };
    },
    deleteCertificate({ certificateHashData }: Payload): object {
      let status = "NotFound";
      for (const [type, installed] of roots) {
        const left = installed.filter((one) => !isSame(certificateHashOf(one), certificateHashData as Payload));
        if (left.length < installed.length) status = "Accepted";
        roots.set(type, left);
      }
      return { status };
    },
  };
}
export type Certificates = ReturnType<typeof createCertificates>;
