import type { VNode } from "preact";
import { renderToString } from "preact-render-to-string";
import { CartDrawer, CartPage, type CartModel } from "./cart-page.tsx";
import { CategoryPage, type CategoryModel } from "./category-page.tsx";
import { CheckoutPage, type CheckoutModel } from "./checkout-page.tsx";
import { HomePage, type HomeModel } from "./home-page.tsx";
import { OrderPage, type OrderModel } from "./order-page.tsx";
import { ProductPage, type ProductModel } from "./product-page.tsx";
import { TextPage, type TextModel } from "./text-page.tsx";

export const homeHtml = (model: HomeModel) => page(<HomePage {...model} />);
export const categoryHtml = (model: CategoryModel) => page(<CategoryPage {...model} />);
export const productHtml = (model: ProductModel) => page(<ProductPage {...model} />);
export const cartHtml = (model: CartModel) => page(<CartPage {...model} />);
export const cartDrawerHtml = (model: CartModel) => renderToString(<CartDrawer {...model} />);
export const checkoutHtml = (model: CheckoutModel) => page(<CheckoutPage {...model} />);
export const orderHtml = (model: OrderModel) => page(<OrderPage {...model} />);
export const textHtml = (model: TextModel) => page(<TextPage {...model} />);

function page(content: VNode): string {
  return `<!doctype html>${renderToString(content)}`;
}
