# Presigns the PUT of bench/PresignBench.cs with botocore. Prints, one to a line: version, milliseconds of the first
# call, and for each of five turns how many URLs a second of CPU made.
import sys
import time

start = time.perf_counter()
import boto3
import botocore
from botocore.config import Config

bucket, region, key, checksum = sys.argv[1:]
client = boto3.client(
    's3', region_name=region, endpoint_url=f'https://s3.{region}.amazonaws.com',
    aws_access_key_id='AKIDEXAMPLE', aws_secret_access_key='bench-secret',
    config=Config(signature_version='s3v4', s3={'addressing_style': 'virtual'}))


def add_header(request, **_):
    request.headers['If-None-Match'] = '*'


# Older models of the operation do not know this header.
client.meta.events.register('before-sign.s3.PutObject', add_header)
parameters = {'Bucket': bucket, 'Key': key, 'ContentLength': 2048, 'ContentType': 'image/jpeg',
              'ChecksumSHA256': checksum}


def presign():
    return client.generate_presigned_url('put_object', Params=parameters, ExpiresIn=900)


presign()
print(botocore.__version__)
print((time.perf_counter() - start) * 1000)
for turn in range(-1, 5):
    count, start = 0, time.process_time()
    while time.process_time() - start < 0.15:
        presign()
        count += 1
    if turn >= 0:
        print(count / (time.process_time() - start))
