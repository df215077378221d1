"""Tink's own implementation, given our key."""

import io

import tink
from tink import cleartext_keyset_handle, streaming_aead
from tink.proto import aes_gcm_hkdf_streaming_pb2, common_pb2, tink_pb2

streaming_aead.register()


def tink_primitive(key: bytes, segment_bytes: int) -> streaming_aead.StreamingAead:
    """AES256-GCM-HKDF streaming of Tink with `key`."""
    wanted = aes_gcm_hkdf_streaming_pb2.AesGcmHkdfStreamingKey(key_value=key)
    wanted.params.ciphertext_segment_size = segment_bytes
    wanted.params.derived_key_size = 32
    wanted.params.hkdf_hash_type = common_pb2.SHA256
    data = tink_pb2.KeyData(
        type_url="type.googleapis.com/google.crypto.tink.AesGcmHkdfStreamingKey",
        value=wanted.SerializeToString(),
        key_material_type=tink_pb2.KeyData.SYMMETRIC,
    )
    keyset = tink_pb2.Keyset(primary_key_id=1)
    keyset.key.add(key_data=data, status=tink_pb2.ENABLED, key_id=1, output_prefix_type=tink_pb2.RAW)
    reader = tink.BinaryKeysetReader(keyset.SerializeToString())
    return cleartext_keyset_handle.read(reader).primitive(streaming_aead.StreamingAead)


class Unclosed(io.BytesIO):
    """Tink closes what it has written to; the test still wants to look."""

    def close(self) -> None:
        self.content = self.getvalue()
        super().close()


def tink_seal(content: bytes, key: bytes, place: bytes, segment_bytes: int) -> bytes:
    target = Unclosed()
    with tink_primitive(key, segment_bytes).new_encrypting_stream(target, place) as stream:
        stream.write(content)
    return target.content


def tink_open(sealed: bytes, key: bytes, place: bytes, segment_bytes: int) -> bytes:
    with tink_primitive(key, segment_bytes).new_decrypting_stream(io.BytesIO(sealed), place) as stream:
        return stream.read()
