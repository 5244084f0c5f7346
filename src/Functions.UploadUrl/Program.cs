using PhotoLambda;
using PhotoLambda.UploadUrl;
using PhotoLambda.UploadUrl.OpenApi;

if (args is ["describe", var folder])
{
    await Description.WriteAsync(folder);
    return 0;
}

return await FunctionStart.RunAsync("UploadUrlFunction", () => UploadUrlFunction.RunAsync());
