using PhotoLambda.UploadUrl;
using PhotoLambda.UploadUrl.OpenApi;

if (args is ["describe", var folder])
{
    await Description.WriteAsync(folder);
    return;
}

await UploadUrlFunction.RunAsync();
