// Uppy with @uppy/aws-s3 6, whose requests to the store the API signs: by PUT, by form or in parts, as Uppy likes.
import Uppy from '@uppy/core'
import AwsS3 from '@uppy/aws-s3'
import { type Api, call } from './api.js'

interface Signed {
  url: string
  key: string
  photo_id: string
  headers?: Record<string, string>
  fields?: Record<string, string>
}

/** @param onPhoto Gets Uppy's id of a file and the id of the photo that it becomes. */
export function createUppy(api: Api, projectId: string, onPhoto?: (fileId: string, photoId: string) => void): Uppy {
  const uppy = new Uppy()
  uppy.use(AwsS3, {
    generateObjectKey: (file) => file.id,
    async signRequest(request) {
      // The file is known while an upload begins; afterwards the key is the server's, and the file no longer needed.
      const file = uppy.getFile(request.key)
      const body = {
        ...request,
        project_id: projectId,
        file_name: file?.name,
        file_size: file?.size ?? undefined,
        mime_type: file?.type,
      }
      const signed = await call<Signed>(api, 'POST', '/api/v1/uppy/sign', { body })
      if (file) onPhoto?.(file.id, signed.photo_id)
      return signed
    },
  })
  return uppy
}
